/**
 * What files of models say that they take and give, read without running them and without native
 * code.
 */
@NullMarked
package dev.tidewatch.registry.signature;

import org.jspecify.annotations.NullMarked;
