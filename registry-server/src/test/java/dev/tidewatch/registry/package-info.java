@NullMarked
package dev.tidewatch.registry;

import org.jspecify.annotations.NullMarked;
