package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;

/** A stored record that may license a keep. */
public record Candidate(Decision.RecordId id, BuildRecord record) {}
