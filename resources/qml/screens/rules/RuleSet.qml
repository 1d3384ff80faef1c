import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The limits for one audience, with where they come from.
Panel {
    id: set
    required property var rules

    title: CounterWords.audience(rules.audience) + " · " + qsTr("from %1 years on").arg(rules.minimum_age)
    Repeater {
        model: set.rules.rules
        RowLayout {
            id: rule
            required property var modelData
            Layout.fillWidth: true
            spacing: 12
            AppText { Layout.alignment: Qt.AlignTop; Layout.preferredWidth: Math.round(set.width * 0.34); strong: true; text: rule.modelData.name; wrapMode: Text.Wrap }
            AppText {
                Layout.fillWidth: true
                text: {
                    fmt.locale
                    const amounts = rule.modelData.allowances.map(one => CounterWords.amount(fmt.quantity(one.whole), one.unit, one.category))
                    return amounts.join(qsTr(" or ", "between two amounts")) + ", " + CounterWords.period(rule.modelData.visit, rule.modelData.days)
                }
                wrapMode: Text.Wrap
            }
        }
    }
    Rectangle { Layout.fillWidth: true; color: Theme.line; implicitHeight: 1 }
    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: (fmt.locale, qsTr("Source: %1. As of %2.").arg(set.rules.source).arg(fmt.date(set.rules.as_of))); wrapMode: Text.Wrap }
}
