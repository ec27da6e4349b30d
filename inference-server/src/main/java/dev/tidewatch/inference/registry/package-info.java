/** What the registry says is to be served: aliases and assignments, as last heard. */
@NullMarked
package dev.tidewatch.inference.registry;

import org.jspecify.annotations.NullMarked;
