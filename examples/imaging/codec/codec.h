/* Reads and writes binary PPM (colour) and PGM (gray) files with 8 bits per sample. */
#ifndef CODEC_H
#define CODEC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CODEC_API __attribute__((visibility("default")))

struct codec_image {
    size_t width, height;
    size_t channels; /* 1 or 3 */
    uint8_t *samples; /* channels interleaved, row by row; owned by the image */
};

enum codec_status { CODEC_OK, CODEC_CANT_OPEN, CODEC_NOT_NETPBM, CODEC_TRUNCATED, CODEC_TOO_LARGE, CODEC_CANT_WRITE };

/* Fills image, which codec_release frees; leaves it empty unless the status is CODEC_OK. */
CODEC_API enum codec_status codec_read(const char *path, struct codec_image *image);

CODEC_API enum codec_status codec_write(
    const char *path, size_t width, size_t height, size_t channels, const uint8_t *samples);

CODEC_API void codec_release(struct codec_image *image);

/* What a status means, in words. */
CODEC_API const char *codec_message(enum codec_status status);

#ifdef __cplusplus
}
#endif

#endif
