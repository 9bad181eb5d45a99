/* Tells the size of a PNG file, or makes one to tell it of. */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static int fail(const char *path, const char *why) {
    fprintf(stderr, "pngsize: %s: %s\n", path, why);
    return 1;
}

static int make(const char *width, const char *height, const char *path) {
    png_image image = {.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_GRAY};
    image.width = (png_uint_32)strtoul(width, NULL, 10);
    image.height = (png_uint_32)strtoul(height, NULL, 10);
    if (image.width == 0 || image.height == 0 || image.width > 4096 || image.height > 4096) {
        return fail(path, "sizes are from 1 to 4096");
    }
    png_bytep samples = calloc(image.height, image.width);
    if (samples == NULL) {
        return fail(path, "no memory");
    }
    int written = png_image_write_to_file(&image, path, 0, samples, 0, NULL);
    free(samples);
    return written ? 0 : fail(path, image.message);
}

static int show(const char *path) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&image, path)) {
        return fail(path, image.message);
    }
    printf("%u x %u (made with libpng %s and zlib %s, runs with %s and %s)\n", (unsigned)image.width,
        (unsigned)image.height, PNG_LIBPNG_VER_STRING, ZLIB_VERSION, png_get_libpng_ver(NULL), zlibVersion());
    png_image_free(&image);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 5 && strcmp(argv[1], "--make") == 0) {
        return make(argv[2], argv[3], argv[4]);
    }
    if (argc == 2) {
        return show(argv[1]);
    }
    fprintf(stderr, "usage: pngsize FILE\n       pngsize --make WIDTH HEIGHT FILE\n");
    return 2;
}
