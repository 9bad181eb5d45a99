/* A plugin of imgtool that makes photographs look old. */
#include <plugin_api.h>

/* How much of each channel goes into red, green and blue, in 1/256. */
static const unsigned mix[3][3] = {
    {101, 197, 48},
    {89, 176, 43},
    {70, 137, 34},
};

static void apply(uint8_t *rgb, size_t pixels) {
    for (uint8_t *p = rgb; p < rgb + 3 * pixels; p += 3) {
        unsigned red = p[0], green = p[1], blue = p[2];
        for (int c = 0; c < 3; c++) {
            unsigned sum = (mix[c][0] * red + mix[c][1] * green + mix[c][2] * blue) / 256;
            p[c] = (uint8_t)(sum > 255 ? 255 : sum);
        }
    }
}

const struct imgtool_plugin imgtool_plugin = {PLUGIN_API_VERSION, "brown tones, as of an old photograph", apply};
