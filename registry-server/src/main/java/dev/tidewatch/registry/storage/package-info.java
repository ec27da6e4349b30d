/** The registry's tables, reached with jOOQ; nothing of jOOQ leaves this package. */
@NullMarked
package dev.tidewatch.registry.storage;

import org.jspecify.annotations.NullMarked;
