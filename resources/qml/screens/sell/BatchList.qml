import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The lots of one article, first to expire first; those that may not be sold are crossed out, and say why.
ColumnLayout {
    id: lots
    property var rows: []
    property string unit: ""

    spacing: 4
    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; strong: true; text: qsTr("Lots, first to expire first"); wrapMode: Text.Wrap }
    Repeater {
        model: lots.rows
        RowLayout {
            id: lot
            required property var modelData
            readonly property bool sold: modelData.state === "ok"
            Layout.fillWidth: true
            spacing: 8
            Icon { Layout.alignment: Qt.AlignTop; color: lot.sold ? Theme.soft : Theme.problem; name: lot.sold ? "package-variant-closed" : "alert-octagon"; size: 18 }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; font.strikeout: !lot.sold; strong: true; text: lot.modelData.lot; wrapMode: Text.WrapAnywhere }
                AppText {
                    Layout.fillWidth: true
                    color: lot.sold ? Theme.soft : Theme.problem
                    font.pixelSize: Theme.small
                    text: {
                        fmt.locale
                        const end = lot.modelData.expires ? fmt.date(lot.modelData.expires) : ""
                        const state = lot.modelData.state === "recalled" ? qsTr("Recalled: never sold")
                            : lot.modelData.state === "expired" ? qsTr("Expired on %1: never sold").arg(end) : end ? qsTr("until %1").arg(end) : qsTr("no end")
                        return [state, ...lot.modelData.potencies.map(one => CounterWords.potency(one))].join(" · ")
                    }
                    wrapMode: Text.Wrap
                }
            }
            AppText { Layout.alignment: Qt.AlignTop; font.pixelSize: Theme.small; font.strikeout: !lot.sold; text: (fmt.locale, fmt.quantity(lot.modelData.quantity) + (lots.unit ? " " + lots.unit : "")) }
        }
    }
}
