package dev.cutoff.model;

/**
 * The folder in which a unit was built, as its build left it, for builds that go on from there.
 *
 * @param outputs root digest of the tree of all that the build made in it or changed
 * @param stamps digest of the list of what was staged, with the times of all files
 */
public record BuildTree(Digest outputs, Digest stamps) {}
