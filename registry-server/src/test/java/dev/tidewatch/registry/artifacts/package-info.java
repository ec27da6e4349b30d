@NullMarked
package dev.tidewatch.registry.artifacts;

import org.jspecify.annotations.NullMarked;
