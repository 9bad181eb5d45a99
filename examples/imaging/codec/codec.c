#include "codec.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* Keeps width * height * channels far from overflow, whatever a header claims. */
enum { LARGEST_SIDE = 1 << 15 };

/* The next number of a header; blanks and comments may stand before it. 0 if there is none in range. */
static size_t number(FILE *file) {
    int c = getc(file);
    while (c == '#' || isspace(c)) {
        if (c == '#') {
            while (c != '\n' && c != EOF) {
                c = getc(file);
            }
        } else {
            c = getc(file);
        }
    }
    size_t value = 0;
    while (isdigit(c) && value <= LARGEST_SIDE) {
        value = value * 10 + (size_t)(c - '0');
        c = getc(file);
    }
    /* Exactly one blank ends a number: what follows the last one is samples. */
    return isspace(c) ? value : 0;
}

static enum codec_status read_open(FILE *file, struct codec_image *image) {
    int p = getc(file), kind = getc(file);
    if (p != 'P' || (kind != '5' && kind != '6')) {
        return CODEC_NOT_NETPBM;
    }
    size_t width = number(file), height = number(file), brightest = number(file);
    if (width == 0 || height == 0 || brightest != 255) {
        return CODEC_NOT_NETPBM;
    }
    if (width > LARGEST_SIDE || height > LARGEST_SIDE) {
        return CODEC_TOO_LARGE;
    }
    size_t channels = kind == '6' ? 3 : 1, size = width * height * channels;
    uint8_t *samples = malloc(size);
    if (samples == NULL) {
        return CODEC_TOO_LARGE;
    }
    if (fread(samples, 1, size, file) != size) {
        free(samples);
        return CODEC_TRUNCATED;
    }
    *image = (struct codec_image){width, height, channels, samples};
    return CODEC_OK;
}

enum codec_status codec_read(const char *path, struct codec_image *image) {
    *image = (struct codec_image){0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return CODEC_CANT_OPEN;
    }
    enum codec_status status = read_open(file, image);
    fclose(file);
    return status;
}

enum codec_status codec_write(
    const char *path, size_t width, size_t height, size_t channels, const uint8_t *samples) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return CODEC_CANT_WRITE;
    }
    size_t size = width * height * channels;
    int header = fprintf(file, "P%c\n%zu %zu\n255\n", channels == 3 ? '6' : '5', width, height);
    size_t written = fwrite(samples, 1, size, file);
    /* Closing flushes, so a full disk shows here at the latest. */
    int closed = fclose(file);
    return header > 0 && written == size && closed == 0 ? CODEC_OK : CODEC_CANT_WRITE;
}

void codec_release(struct codec_image *image) {
    free(image->samples);
    *image = (struct codec_image){0};
}

const char *codec_message(enum codec_status status) {
    switch (status) {
    case CODEC_OK: return "fine";
    case CODEC_CANT_OPEN: return "can't be opened";
    case CODEC_NOT_NETPBM: return "is no 8-bit binary PPM or PGM";
    case CODEC_TRUNCATED: return "ends too early";
    case CODEC_TOO_LARGE: return "is too large";
    case CODEC_CANT_WRITE: return "can't be written";
    }
    return "fails in an unknown way";
}
