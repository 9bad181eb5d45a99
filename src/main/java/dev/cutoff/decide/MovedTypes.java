package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says beside a changed line of a need's header which types have changed with it, and how. Only to the reasons that are told:
 * no decision looks at types (docs/decisions/0017).
 */
final class MovedTypes {

    /** To find out costs more than to compare, so not for every header. */
    private static final int HEADERS = 3;

    /** What one reason names; the rest is a matter for {@code cutoff diff}. */
    private static final int TYPES = 2;

    private MovedTypes() {}

    /** The same reasons, some of them with more in their texts. */
    static List<Reason> beside(List<Reason> reasons, BuildRecord record, World world) {
        List<Reason> told = new ArrayList<>();
        int left = HEADERS;
        for (Reason reason : reasons) {
            Use use = left > 0 && reason.kind() == Reason.Kind.USE && reason.dependency() != null
                    ? header(reason, record)
                    : null;
            if (use == null) {
                told.add(reason);
                continue;
            }
            left--;
            List<String> changes = world.typeChanges(record, use);
            told.add(changes.isEmpty() ? reason : reason.with(reason.text() + text(changes)));
        }
        return told;
    }

    private static @Nullable Use header(Reason reason, BuildRecord record) {
        String path = Reasons.path(reason).orElse("");
        for (Use use : record.uses()) {
            Fact fact = use.fact();
            boolean ofHeader = fact.kind() == FactKind.TOKENS || fact.kind() == FactKind.LINES;
            if (ofHeader && path.equals(Place.display(fact.entity()))) {
                return use;
            }
        }
        return null;
    }

    private static String text(List<String> changes) {
        StringBuilder text = new StringBuilder();
        for (String change : changes.subList(0, Math.min(TYPES, changes.size()))) {
            text.append("; ").append(change);
        }
        int more = changes.size() - TYPES;
        return more > 0
                ? text.append("; and ")
                        .append(more)
                        .append(" more of its types")
                        .toString()
                : text.toString();
    }
}
