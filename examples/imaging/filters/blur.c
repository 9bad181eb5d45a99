#include "filters.h"
#include "gamma_table.h"

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

void filters_blur(const uint8_t *in, uint8_t *out, size_t width, size_t height, size_t channels, size_t radius) {
    for (size_t y = 0; y < height; y++) {
        size_t top = y - least(y, radius), bottom = least(y + radius, height - 1);
        for (size_t x = 0; x < width; x++) {
            size_t left = x - least(x, radius), right = least(x + radius, width - 1);
            size_t pixels = (bottom - top + 1) * (right - left + 1);
            for (size_t c = 0; c < channels; c++) {
                uint64_t light = 0;
                for (size_t v = top; v <= bottom; v++) {
                    for (size_t u = left; u <= right; u++) {
                        light += gamma_to_linear[in[(v * width + u) * channels + c]];
                    }
                }
                out[(y * width + x) * channels + c] = linear_to_gamma[light / pixels];
            }
        }
    }
}
