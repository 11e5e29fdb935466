// What may act beside loss, penalties and optimiser: the columns of the settings table that it is told by.
#pragma once

#include <string>
#include <map>
#include <stdexcept>
#include <vector>

namespace rosenblatt {

// A column of -1 means that the thing is off.
struct Extras {
    int decay = -1, threshold = -1, clip_norm = -1, clip_value = -1, max_norm = -1, average = -1;
    int contraction = -1;
    int corruption = -1;
    int activity = -1;  // the first column of the penalties on outputs, in their order
    int noise = -1, dropout = -1;  // dropout: the first of m columns, one for each layer 0 to m - 1
    bool non_negative = false;
    std::vector<double> multipliers;  // what the step of layer k is multiplied by, at k - 1; or empty

    bool updates() const {
        return decay >= 0 || threshold >= 0 || clip_value >= 0 || clip_norm >= 0 || average >= 0 || non_negative || !multipliers.empty();
    }
    bool any() const { return updates() || max_norm >= 0 || noise >= 0 || dropout >= 0 || contraction >= 0 || corruption >= 0 || activity >= 0; }
    double multiplier(long layer) const { return multipliers.empty() ? 1.0 : multipliers[std::size_t(layer - 1)]; }

    // Reads the columns by name; throws std::invalid_argument for a name or a number that cannot be.
    static Extras of(const std::map<std::string, int>& columns, bool non_negative, std::vector<double> multipliers, long first,
                     long layers, long activities) {
        Extras extras;
        std::map<std::string, int*> places{{"decay", &extras.decay}, {"threshold", &extras.threshold},
                                           {"clip_norm", &extras.clip_norm}, {"clip_value", &extras.clip_value},
                                           {"max_norm", &extras.max_norm}, {"average", &extras.average},
                                           {"noise", &extras.noise}, {"contraction", &extras.contraction},
                                           {"corruption", &extras.corruption},
                                           {"dropout_0", &extras.dropout}, {"activity_0", &extras.activity}};
        std::vector<int> rates(std::size_t(layers), 0), strengths(std::size_t(activities), 0);
        for (long k = 1; k < layers; ++k) places["dropout_" + std::to_string(k)] = &rates[std::size_t(k)];
        for (long i = 1; i < activities; ++i) places["activity_" + std::to_string(i)] = &strengths[std::size_t(i)];
        const long end = first + long(columns.size());
        for (const auto& [name, column] : columns) {
            const auto place = places.find(name);
            if (place == places.end()) throw std::invalid_argument("the native engine has no column '" + name + "'");
            if (column < first || column >= end) throw std::invalid_argument("column '" + name + "' lies outside the settings");
            *place->second = column;
        }
        for (long k = 1; k < layers; ++k)
            if (rates[std::size_t(k)] != (extras.dropout < 0 ? 0 : extras.dropout + int(k)))
                throw std::invalid_argument("dropout needs one column for each layer, side by side");
        for (long i = 1; i < activities; ++i)
            if (strengths[std::size_t(i)] != extras.activity + int(i))
                throw std::invalid_argument("penalties on outputs need one column each, side by side");
        if ((activities > 0) != (extras.activity >= 0))
            throw std::invalid_argument("penalties on outputs need layers and columns of strengths");
        if (!multipliers.empty() && long(multipliers.size()) != layers)
            throw std::invalid_argument("each layer needs one multiplier");
        extras.non_negative = non_negative;
        extras.multipliers = std::move(multipliers);
        return extras;
    }
};

}  // namespace rosenblatt
