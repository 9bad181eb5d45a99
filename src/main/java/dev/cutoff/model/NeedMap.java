package dev.cutoff.model;

import java.util.AbstractMap;

/** Needs with the digests of their artifacts, told from elsewhere when asked for. Immutable. */
public abstract class NeedMap extends AbstractMap<String, Digest> {}
