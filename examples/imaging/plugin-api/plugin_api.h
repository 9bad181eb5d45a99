/* What a plugin of imgtool is: a shared object that defines imgtool_plugin. */
#ifndef PLUGIN_API_H
#define PLUGIN_API_H

#include <stddef.h>
#include <stdint.h>

/* Changes whenever a plugin built for the old struct must not be called any more. */
#define PLUGIN_API_VERSION 1

#ifdef __cplusplus
extern "C" {
#endif

struct imgtool_plugin {
    int api_version; /* first, in every version, so that a host can always read it */
    const char *summary;
    void (*apply)(uint8_t *rgb, size_t pixels); /* in place; red, green, blue per pixel */
};

/* Defined by the plugin; the host looks it up by this name. */
extern const struct imgtool_plugin imgtool_plugin;

#ifdef __cplusplus
}
#endif

#endif
