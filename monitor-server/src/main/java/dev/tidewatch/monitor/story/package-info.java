/** What happened to a model, told in order of time. */
@NullMarked
package dev.tidewatch.monitor.story;

import org.jspecify.annotations.NullMarked;
