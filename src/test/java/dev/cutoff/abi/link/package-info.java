/**
 * What a link saw of its libraries: units, and {@link dev.cutoff.abi.link.LinkOracleTest}, which changes random libraries
 * and asks the real linker whether the product changed.
 */
package dev.cutoff.abi.link;
