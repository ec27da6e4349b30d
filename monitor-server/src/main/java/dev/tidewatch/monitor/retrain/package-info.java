/** When models are trained again: policies, and the tasks that workers lease. */
@NullMarked
package dev.tidewatch.monitor.retrain;

import org.jspecify.annotations.NullMarked;
