package dev.cutoff.build;

/**
 * A build tree that a unit's rebuild could go on from (docs/trees.md, "Which one").
 *
 * @param record the store's number of the record that it stands behind
 * @param seconds wall time of the commands that would have to be done anew: the distance
 * @param outdated how many steps that is, with all that these start
 * @param steps how many steps the record has
 */
public record TreeChoice(long record, double seconds, int outdated, int steps) {}
