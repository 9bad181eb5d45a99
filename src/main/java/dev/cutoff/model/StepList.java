package dev.cutoff.model;

import java.util.AbstractList;

/** Steps that are told only when asked for, since most decisions need none. Immutable. */
public abstract class StepList extends AbstractList<Step> {}
