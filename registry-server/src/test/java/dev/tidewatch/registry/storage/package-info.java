@NullMarked
package dev.tidewatch.registry.storage;

import org.jspecify.annotations.NullMarked;
