/**
 * C and C++ sources as tokens: what a compiler sees of a header when comments are gone.
 *
 * <p>{@link dev.cutoff.abi.c.Lexer} makes a {@link dev.cutoff.abi.c.TokenStream} of a file. No macro is expanded, no
 * condition is evaluated and no file is included: a header's tokens are a fact of the header alone. Assembler sources
 * that are preprocessed (.S) are not C; their comments are other ones.
 */
@NullMarked
package dev.cutoff.abi.c;

import org.jspecify.annotations.NullMarked;
