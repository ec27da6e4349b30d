/**
 * Boosted regression trees: trained by XGBoost through Tribuo, served by a tree walker of our own.
 */
@NullMarked
package dev.tidewatch.models.tribuo.trees;

import org.jspecify.annotations.NullMarked;
