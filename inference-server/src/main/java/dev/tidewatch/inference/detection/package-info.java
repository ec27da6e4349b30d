/** Detection: on the feed, with states that survive; and on values that a caller chooses. */
@NullMarked
package dev.tidewatch.inference.detection;

import org.jspecify.annotations.NullMarked;
