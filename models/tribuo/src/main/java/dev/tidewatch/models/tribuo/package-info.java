/**
 * Families that learn with Tribuo. What a bundle holds, and what serves it, is this project's own:
 * no model class of the library is ever saved.
 */
@NullMarked
package dev.tidewatch.models.tribuo;

import org.jspecify.annotations.NullMarked;
