/**
 * What every training has in common, whatever the task: where input came from, progress, and why it
 * may fail.
 */
@NullMarked
package dev.tidewatch.models.training;

import org.jspecify.annotations.NullMarked;
