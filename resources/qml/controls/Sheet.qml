import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// A panel from the right over the work: title, content, close with Escape.
Popup {
    id: sheet
    property string title: ""
    property string subtitle: ""
    default property alias content: inside.data

    parent: Overlay.overlay
    x: parent ? parent.width - width : 0
    width: Math.min(parent ? parent.width : 480, Math.round(440 * Math.min(Theme.scale, 1.4)))
    height: parent ? parent.height : 0
    modal: true
    focus: true
    padding: 24
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutside
    Overlay.modal: Rectangle { color: Theme.scrim }
    background: Rectangle { color: Theme.surface }
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    exit: Transition { NumberAnimation { property: "opacity"; to: 0; duration: Theme.fast } }
    contentItem: ColumnLayout {
        spacing: 16
        RowLayout {
            spacing: 8
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: sheet.title; wrapMode: Text.Wrap }
                AppText { Layout.fillWidth: true; muted: true; text: sheet.subtitle; visible: text; wrapMode: Text.Wrap }
            }
            IconButton { Layout.alignment: Qt.AlignTop; iconName: "close"; shortcut: "Esc"; text: qsTr("Close"); onClicked: sheet.close() }
        }
        ColumnLayout { id: inside; spacing: 12 }
    }
}
