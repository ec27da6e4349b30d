/**
 * Models of tensors: what serves them, what loads them, what they take and give. No format and no
 * engine is known here; {@code TensorEngine}s bring them.
 */
@NullMarked
package dev.tidewatch.models.tensor;

import org.jspecify.annotations.NullMarked;
