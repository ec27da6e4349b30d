@NullMarked
package dev.tidewatch.registry.domain;

import org.jspecify.annotations.NullMarked;
