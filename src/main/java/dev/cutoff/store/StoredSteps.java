package dev.cutoff.store;

import dev.cutoff.model.Step;
import dev.cutoff.model.StepList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of a stored record, read when they are asked for. */
final class StoredSteps extends StepList {

    private final RecordHead head;
    private final RecordParts parts;
    private @Nullable List<Step> steps;

    StoredSteps(RecordHead head, RecordParts parts) {
        this.head = head;
        this.parts = parts;
    }

    private synchronized List<Step> steps() {
        List<Step> known = steps;
        if (known == null) {
            known = parts.details(head).steps();
            steps = known;
        }
        return known;
    }

    @Override
    public Step get(int index) {
        return steps().get(index);
    }

    @Override
    public int size() {
        return steps().size();
    }
}
