/* Writes a C header with the tables between gamma-encoded samples and linear light: gamma-table EXPONENT */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* 12 bits of linear light are enough to tell all 8-bit samples apart but the darkest few. */
enum { ENCODED = 256, LINEAR = 4096, PER_LINE = 12 };

static void table(const char *type, const char *name, int size, int top, double exponent) {
    printf("static const %s %s[%d] = {", type, name, size);
    for (int i = 0; i < size; i++) {
        double value = pow((double)i / (size - 1), exponent);
        printf("%s%d,", i % PER_LINE == 0 ? "\n    " : " ", (int)lround(value * top));
    }
    printf("\n};\n\n");
}

int main(int argc, char **argv) {
    char *end = NULL;
    errno = 0;
    double gamma = argc == 2 ? strtod(argv[1], &end) : 0;
    if (argc != 2 || end == argv[1] || *end != '\0' || errno != 0 || !(gamma > 0)) {
        fprintf(stderr, "usage: gamma-table EXPONENT, as in: gamma-table 2.2\n");
        return 2;
    }
    printf("/* Written by gamma-table %s; don't edit. */\n#include <stdint.h>\n\n", argv[1]);
    printf("#define LINEAR_MAX %d\n\n", LINEAR - 1);
    table("uint16_t", "gamma_to_linear", ENCODED, LINEAR - 1, gamma);
    table("uint8_t", "linear_to_gamma", LINEAR, ENCODED - 1, 1 / gamma);
    return ferror(stdout) || fflush(stdout) != 0;
}
