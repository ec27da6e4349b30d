/** Follows the registry's revisions for its watchers. */
@NullMarked
package dev.tidewatch.registry.watch;

import org.jspecify.annotations.NullMarked;
