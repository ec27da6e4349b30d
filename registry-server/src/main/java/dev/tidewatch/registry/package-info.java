/** The registry server: models, versions, aliases, artifacts, assignments and runs. */
@NullMarked
package dev.tidewatch.registry;

import org.jspecify.annotations.NullMarked;
