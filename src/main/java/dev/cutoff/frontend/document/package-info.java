/**
 * Documents that front ends read, JSON and TOML: each question about a value names its place where the answer is not what was
 * asked for. Knows no ecosystem.
 */
@org.jspecify.annotations.NullMarked
package dev.cutoff.frontend.document;
