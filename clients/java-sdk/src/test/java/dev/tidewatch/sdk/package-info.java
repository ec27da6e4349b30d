@NullMarked
package dev.tidewatch.sdk;

import org.jspecify.annotations.NullMarked;
