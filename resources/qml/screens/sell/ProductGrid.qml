import QtQuick
import QtQuick.Controls.Basic
import "../../theme"
import "../../controls"

GridView {
    id: grid
    required property var vm
    readonly property int columns: Math.max(2, Math.floor(width / (164 * Math.min(1.5, Theme.scale))))

    function inspectCurrent() { if (currentItem) vm.inspect(currentItem.model.id) }
    activeFocusOnTab: true
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 400
    cellHeight: Math.round(120 + 6.4 * Theme.body)
    cellWidth: Math.floor((width + 12) / columns)
    clip: true
    keyNavigationEnabled: true
    model: vm.products
    reuseItems: true
    rightMargin: -12
    Keys.onReturnPressed: if (currentItem) currentItem.tapped()
    ScrollBar.vertical: ScrollBar { policy: grid.contentHeight > grid.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
    delegate: Item {
        id: cell
        required property var model
        required property int index
        function tapped() { grid.vm.pick(model.id) }
        height: grid.cellHeight
        width: grid.cellWidth
        ProductTile {
            anchors { fill: parent; bottomMargin: 12; rightMargin: 12 }
            model: cell.model
            onClicked: cell.tapped()
            onPressAndHold: grid.vm.inspect(cell.model.id)
            onActiveFocusChanged: if (activeFocus) grid.currentIndex = cell.index
        }
    }
    EmptyState {
        anchors.centerIn: parent
        detail: grid.vm.search ? qsTr("Try fewer letters, or scan the barcode.") : qsTr("Connect a system, then sync its catalog.")
        iconName: "package-variant"
        title: grid.vm.search ? qsTr("Nothing is called “%1”").arg(grid.vm.search) : qsTr("No products yet")
        visible: grid.count === 0 && !grid.vm.busy
        width: Math.min(parent.width - 48, 360)
    }
}
