package ai.autoglm.gateway.openapi;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.lang.reflect.Type;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Describes a sealed interface as any of the types that it permits, and a JSON node as a text or an
/// object.
final class SealedTypes implements ModelConverter {
    @Override
    @SuppressWarnings("rawtypes") // as the library has it
    public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Class<?> raw = raw(type.getType());
        if (raw == JsonNode.class) {
            return new Schema<>().addAnyOfItem(new StringSchema()).addAnyOfItem(new ObjectSchema());
        }
        if (raw == null || !raw.isSealed()) {
            return chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        }
        Schema<?> any = new Schema<>();
        for (Class<?> permitted : raw.getPermittedSubclasses()) {
            any.addAnyOfItem(context.resolve(new AnnotatedType(permitted).resolveAsRef(true)));
        }
        return any;
    }

    private static @Nullable Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> known -> known;
            case JavaType known -> known.getRawClass();
            default -> null;
        };
    }
}
