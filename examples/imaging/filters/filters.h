/* Filters on 8-bit images of interleaved channels; they work in linear light. */
#ifndef FILTERS_H
#define FILTERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Averages each channel over the pixels at most radius away in x and in y; at the border, over those that exist.
   out may not overlap in. */
void filters_blur(const uint8_t *in, uint8_t *out, size_t width, size_t height, size_t channels, size_t radius);

/* Multiplies the light of each sample, in place; what gets too bright becomes white. factor is not negative. */
void filters_brighten(uint8_t *samples, size_t count, double factor);

#ifdef __cplusplus
}
#endif

#endif
