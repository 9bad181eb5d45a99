package dev.cutoff.abi.diff;

import java.util.List;

/**
 * A verdict with what it rests on.
 *
 * @param reasons sentences, at least one
 */
public record Judgement(Verdict verdict, List<String> reasons) {}
