@NullMarked
package dev.tidewatch.registry.api;

import org.jspecify.annotations.NullMarked;
