package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * A type is public where the file that declares it has the name of a public header. Folders do not count: headers are
 * installed elsewhere than they are compiled. So a private header of the same name makes types public that are not, and
 * more counts than must.
 */
final class HeaderBorder implements Border {

    private final Set<String> headers;
    private final IdentityHashMap<Unit, List<String>> files = new IdentityHashMap<>();

    HeaderBorder(Set<String> headers) {
        this.headers = headers;
    }

    @Override
    public boolean isPublic(Die type) throws FormatException {
        if (!type.isConstant(Attribute.DECL_FILE)) {
            // Nothing says where it is.
            return true;
        }
        List<String> names = files.get(type.unit());
        if (names == null) {
            names = LineFiles.of(type.unit());
            files.put(type.unit(), names);
        }
        long number = type.number(Attribute.DECL_FILE);
        return number < 0 || number >= names.size() || headers.contains(names.get((int) number));
    }
}
