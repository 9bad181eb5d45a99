/** Type graphs drawn by lot, against an oracle that is too slow to be wrong in the same way. */
package dev.cutoff.abi.type;
