#include "filters.h"
#include "gamma_table.h"

void filters_brighten(uint8_t *samples, size_t count, double factor) {
    for (size_t i = 0; i < count; i++) {
        double light = gamma_to_linear[samples[i]] * factor;
        samples[i] = linear_to_gamma[light < LINEAR_MAX ? (size_t)light : LINEAR_MAX];
    }
}
