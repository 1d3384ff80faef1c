import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

ItemDelegate {
    id: row
    property string iconName: ""
    property color tint: Theme.soft
    property string title: ""
    property string detail: ""
    property bool chosen: false
    property bool ruled: true
    property int inset: 16
    property alias trailing: end.data

    implicitHeight: Math.max(64, inside.implicitHeight + 20)
    focusPolicy: Qt.StrongFocus
    padding: 0
    Accessible.name: title + " " + detail
    Keys.onReturnPressed: click()
    contentItem: RowLayout {
        id: inside
        spacing: 12
        Item { Layout.preferredWidth: Math.max(0, row.inset - 12); visible: row.inset > 0 }
        Icon { name: row.iconName; visible: name; color: row.chosen ? Theme.accent : row.tint }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            AppText { Layout.fillWidth: true; elide: Text.ElideRight; maximumLineCount: Theme.scale > 1.2 ? 4 : 2; strong: true; text: row.title; wrapMode: Theme.scale > 1.2 ? Text.Wrap : Text.WordWrap }
            AppText { Layout.fillWidth: true; elide: Text.ElideRight; font.pixelSize: Theme.small; maximumLineCount: Theme.scale > 1.2 ? 4 : 2; muted: true; text: row.detail; visible: text; wrapMode: Text.Wrap }
        }
        RowLayout { id: end; spacing: 8 }
        Item { Layout.preferredWidth: Math.max(0, row.inset - 12); visible: row.inset > 0 }
    }
    background: Rectangle {
        color: row.chosen ? Theme.accentSoft : row.down ? Theme.pressed : row.hovered ? Theme.sunken : "transparent"
        radius: row.chosen ? Theme.radius : 0
        Rectangle { anchors { bottom: parent.bottom; left: parent.left; right: parent.right } color: Theme.line; height: 1; visible: row.ruled && !row.chosen }
        FocusRing { anchors.margins: 1; around: row }
    }
}
