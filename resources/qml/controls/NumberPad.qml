import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

GridLayout {
    id: pad
    property var keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0", "back"]
    property int keyHeight: 64
    signal pressed(string key)

    columnSpacing: 8
    rowSpacing: 8
    columns: 3
    Repeater {
        model: pad.keys
        AbstractButton {
            id: key
            required property string modelData
            Layout.fillWidth: true
            Layout.preferredHeight: pad.keyHeight
            Layout.minimumWidth: 64
            enabled: modelData !== ""
            focusPolicy: Qt.TabFocus
            Accessible.name: modelData === "back" ? qsTr("Delete the last digit") : modelData === "clear" ? qsTr("Clear") : modelData
            onClicked: pad.pressed(modelData)
            contentItem: Item {
                Icon { anchors.centerIn: parent; color: Theme.ink; name: "backspace-outline"; visible: key.modelData === "back" }
                AppText {
                    anchors.centerIn: parent
                    font.pixelSize: key.modelData === "clear" ? Theme.body : Theme.title
                    strong: true
                    text: key.modelData === "clear" ? qsTr("Clear") : key.modelData
                    visible: key.modelData !== "back"
                }
            }
            background: Rectangle {
                border { color: Theme.line; width: 1 }
                color: key.down ? Theme.pressed : key.hovered ? Theme.sunken : Theme.surface
                opacity: key.enabled ? 1 : 0
                radius: Theme.radius
                FocusRing { around: key }
            }
        }
    }
}
