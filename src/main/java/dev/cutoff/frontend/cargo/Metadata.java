package dev.cutoff.frontend.cargo;

import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What {@code cargo metadata} tells. */
final class Metadata {

    private Metadata() {}

    /** The value of target_directory. */
    static Optional<Path> targetDirectory(String json) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            int depth = 0;
            while (parser.nextToken() != null) {
                JsonToken token = parser.currentToken();
                if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                    depth++;
                } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
                    depth--;
                } else if (depth == 1
                        && token == JsonToken.PROPERTY_NAME
                        && parser.currentName().equals("target_directory")) {
                    parser.nextToken();
                    return Optional.of(Path.of(parser.getString()));
                }
            }
        } catch (tools.jackson.core.JacksonException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
