import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// What happened to an order, in order: captured, sent, confirmed.
ColumnLayout {
    id: line
    property var rows: []

    spacing: 0
    Repeater {
        model: line.rows
        RowLayout {
            id: step
            required property var modelData
            required property int index
            Layout.fillWidth: true
            spacing: 12
            Item {
                Layout.fillHeight: true
                Layout.preferredWidth: 20
                Rectangle { anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter; top: mark.bottom } color: Theme.line; visible: step.index < line.rows.length - 1; width: 2 }
                Icon { id: mark; anchors.horizontalCenter: parent.horizontalCenter; color: Theme.meaning(step.modelData.meaning); name: Words.stepIcon(step.modelData.code); size: 20; y: 2 }
            }
            ColumnLayout {
                Layout.bottomMargin: 10
                Layout.fillWidth: true
                spacing: 0
                AppText { Layout.fillWidth: true; strong: true; text: Words.step(step.modelData.code, step.modelData.label || ""); wrapMode: Text.Wrap }
                AppText {
                    Layout.fillWidth: true
                    font.pixelSize: Theme.small
                    muted: true
                    text: (fmt.locale, [fmt.clock(step.modelData.at), step.modelData.detail, Words.known(step.modelData.reason || "") ? Words.reason(step.modelData.reason) : ""].filter(text => text).join(" · "))
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
