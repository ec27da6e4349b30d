/**
 * The saved form of a model: one self-describing, content-addressed zip without class names or Java
 * serialization.
 */
@NullMarked
package dev.tidewatch.models.bundle;

import org.jspecify.annotations.NullMarked;
