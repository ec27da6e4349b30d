/** Rules, alerts with their life, and silences. Knows nothing of delivery. */
@NullMarked
package dev.tidewatch.monitor.alert;

import org.jspecify.annotations.NullMarked;
