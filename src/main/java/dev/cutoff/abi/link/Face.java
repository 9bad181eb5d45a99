package dev.cutoff.abi.link;

import dev.cutoff.model.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All that a link could see of one library; the order of the facts is a part of it. */
record Face(List<FaceFact> facts) {

    String state() {
        return Digest.ofText(facts.stream().map(FaceFact::line).collect(Collectors.joining("\n")))
                .hex();
    }

    /** The first difference to another face, for people; empty where there is none. */
    Optional<String> to(Face now) {
        if (facts.equals(now.facts)) {
            return Optional.empty();
        }
        Map<String, FaceFact> old = byKey();
        Map<String, FaceFact> fresh = now.byKey();
        // What is told of single names says more than what is told of all.
        Optional<String> ofOne = difference(old, fresh, false);
        return ofOne.or(() -> difference(old, fresh, true))
                .or(() -> Optional.of("the order of what is used of it changed"));
    }

    private static Optional<String> difference(Map<String, FaceFact> old, Map<String, FaceFact> fresh, boolean ofAll) {
        for (Map.Entry<String, FaceFact> entry : old.entrySet()) {
            FaceFact fact = entry.getValue();
            FaceFact same = fresh.get(entry.getKey());
            if (fact.isOfAll() == ofAll && !fact.equals(same)) {
                return Optional.of(same == null ? fact.removed() : fact.changed(same));
            }
        }
        for (Map.Entry<String, FaceFact> entry : fresh.entrySet()) {
            if (entry.getValue().isOfAll() == ofAll && !old.containsKey(entry.getKey())) {
                return Optional.of(entry.getValue().added());
            }
        }
        return Optional.empty();
    }

    private Map<String, FaceFact> byKey() {
        Map<String, FaceFact> byKey = new LinkedHashMap<>();
        for (FaceFact fact : facts) {
            byKey.putIfAbsent(fact.key(), fact);
        }
        return byKey;
    }
}
