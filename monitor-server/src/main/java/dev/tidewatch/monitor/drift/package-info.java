/** Whether what comes in still looks like what a model was trained on. */
@NullMarked
package dev.tidewatch.monitor.drift;

import org.jspecify.annotations.NullMarked;
