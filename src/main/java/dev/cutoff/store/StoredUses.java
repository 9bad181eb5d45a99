package dev.cutoff.store;

import dev.cutoff.model.Fact;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Use;
import dev.cutoff.model.UseList;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The uses of a stored record, set by set; a set is read when it is asked for, and who relied on its facts after that. */
final class StoredUses extends UseList {

    private final RecordHead head;
    private final RecordParts stored;
    private final List<Some> sets = new ArrayList<>();
    private final int size;
    private @Nullable List<DetailCodec.Known> known;
    private @Nullable List<Use> all;

    StoredUses(RecordHead head, RecordParts stored) {
        this.head = head;
        this.stored = stored;
        int begin = 0;
        for (RecordHead.Set set : head.sets()) {
            sets.add(new Some(set, begin));
            begin += set.count();
        }
        size = begin;
    }

    @Override
    public Totals totals() {
        return head.totals();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Use get(int index) {
        return all().get(index);
    }

    private synchronized List<Use> all() {
        List<Use> uses = all;
        if (uses == null) {
            uses = new ArrayList<>();
            for (Some set : sets) {
                uses.addAll(set);
            }
            uses.sort(Use.ORDER);
            all = uses;
        }
        return uses;
    }

    private synchronized DetailCodec.Known known(int position) {
        List<DetailCodec.Known> details = known;
        if (details == null) {
            details = stored.details(head).known();
            known = details;
        }
        return details.get(position);
    }

    @Override
    public List<Use> beyondTrees() {
        List<Use> beyond = new ArrayList<>();
        for (Part part : partsBeyondTrees()) {
            beyond.addAll(part.uses());
        }
        return beyond;
    }

    @Override
    public List<Part> parts() {
        return sets.stream().map(Some::part).toList();
    }

    @Override
    public List<Part> partsBeyondTrees() {
        return sets.stream()
                .filter(s -> s.set.of() == FactGroup.Of.MACHINE || s.set.of() == FactGroup.Of.OTHER)
                .map(Some::part)
                .toList();
    }

    /** Facts of the unit's own sources. */
    List<Fact> factsOfSources() {
        List<Fact> facts = new ArrayList<>();
        for (Some some : sets) {
            if (some.set.of() == FactGroup.Of.SOURCES) {
                facts.addAll(some.facts());
            }
        }
        return facts;
    }

    /** The uses of one set. */
    private final class Some extends AbstractList<Use> {
        private final RecordHead.Set set;
        private final int begin;
        private @Nullable List<Fact> facts;

        Some(RecordHead.Set set, int begin) {
            this.set = set;
            this.begin = begin;
        }

        private synchronized List<Fact> facts() {
            List<Fact> read = facts;
            if (read == null) {
                read = stored.facts(head, set);
                facts = read;
            }
            return read;
        }

        Part part() {
            String tree = switch (set.of()) {
                case NEED -> set.need();
                case SOURCES -> "";
                case MACHINE, TREES, OTHER -> null;
            };
            return new Part(
                    tree,
                    this,
                    new Facts(this),
                    set.of() == FactGroup.Of.MACHINE ? set.facts().digest() : null,
                    set.facts().digest());
        }

        @Override
        public Use get(int index) {
            DetailCodec.Known how = known(begin + index);
            return new Use(facts().get(index), how.evidence(), how.steps());
        }

        @Override
        public int size() {
            return set.count();
        }
    }

    /** The facts of one set. */
    private static final class Facts extends AbstractList<Fact> {
        private final Some some;

        Facts(Some some) {
            this.some = some;
        }

        @Override
        public Fact get(int index) {
            return some.facts().get(index);
        }

        @Override
        public int size() {
            return some.size();
        }
    }
}
